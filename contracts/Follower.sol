// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// Follows a Meterproof chain from a chain with an EVM, and tells whether a settlement is final there.
/// docs/bridge.md says what is trusted, and where each byte comes from.
contract Follower {
    /// From a leaf's hash to a root. Bit `i` of `order`, from the lowest, is set where item `i` stands to
    /// the left of what was hashed so far.
    struct Path {
        bytes32[] items;
        uint64 order;
    }

    /// What BEEFY's voters sign: the root of the Merkle mountain range at a block, by which set.
    struct Commitment {
        bytes32 root;
        uint32 blockNumber;
        uint64 setId;
    }

    /// Signatures of some of a set: `validators` are the addresses of all of it in its order, bit `i` of
    /// `signers` is set where validator `i` signed, and `signatures` has 65 bytes for each of those: r, s,
    /// and 0 or 1.
    struct Signed {
        Commitment commitment;
        address[] validators;
        uint256 signers;
        bytes signatures;
    }

    /// A settlement: quantities in base units, money in the token's smallest unit.
    struct Settlement {
        bytes32 operator;
        uint32 zone;
        uint8 resource;
        uint8 direction;
        uint64 period;
        // 0 expired, 1 proved, 2 sealed.
        uint8 ending;
        uint64 contracted;
        uint64 delivered;
        uint128 paid;
        uint128 refunded;
        uint128 penalty;
        uint128 hidden;
        uint32 trades;
    }

    /// The chain has more validators than this contract checks, or none.
    error BadSetLength(uint256 length);
    /// The block is not newer than the last one that was followed.
    error OlderBlock(uint32 given, uint32 last);
    /// The set is neither the current nor the next one.
    error UnknownSet(uint64 given);
    /// The addresses are not those of the set.
    error WrongValidators();
    /// Fewer signatures than the set needs.
    error TooFewSignatures(uint256 given, uint256 needed);
    /// There are not 65 bytes for each signer, or a signer is beyond the set.
    error WrongSignatures();
    /// The s of a signature is in the upper half.
    error HighS(uint256 validator);
    /// A signature is not of the validator at this place, or of another commitment.
    error WrongSigner(uint256 validator);
    /// The first commitment of a set must come with a leaf that names the next one.
    error NextSetNeeded();
    /// The leaf has another form.
    error WrongLeaf();
    /// The leaf names another set than the one after the signers'.
    error WrongNextSet(uint64 given);
    /// The leaf's path does not lead to the root.
    error NotInRoot();
    /// The settlement's path does not lead to the leaf.
    error NotInLeaf();
    /// No root is kept in this slot.
    error NoRoot(uint256 slot);

    /// A block was followed; its root is kept in the slot until as many more blocks are followed as there
    /// are slots.
    event Followed(uint32 indexed blockNumber, bytes32 root, uint256 slot);
    /// Another set signs from here on.
    event SetChanged(uint64 indexed id);

    /// Most validators of a set.
    uint256 public constant MOST_VALIDATORS = 21;
    /// Roots that are kept.
    uint256 public constant SLOTS = 8;

    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant LEAF_BYTES = 113;

    uint64 public setId;
    uint32 public setLength;
    /// 0 until a leaf has named the next set.
    uint32 public nextLength;
    uint32 public lastBlock;
    /// Blocks that were followed.
    uint32 public followed;
    /// Roots over the sets' addresses.
    bytes32 public setRoot;
    bytes32 public nextRoot;
    bytes32[SLOTS] public roots;

    /// Trusts a set of validators: `id` as the chain numbers it, the Ethereum addresses of their BEEFY keys
    /// in the set's order.
    constructor(uint64 id, address[] memory validators) {
        if (validators.length == 0 || validators.length > MOST_VALIDATORS) revert BadSetLength(validators.length);
        setId = id;
        setLength = uint32(validators.length);
        bytes32[] memory row = new bytes32[](validators.length);
        for (uint256 i = 0; i < row.length; ++i) row[i] = _addressHash(validators[i]);
        setRoot = _rootOf(row);
    }

    /// Follows the chain to a newer block of the current set.
    function submit(Signed calldata signed) external {
        if (signed.commitment.setId != setId) {
            if (nextLength != 0 && signed.commitment.setId == setId + 1) revert NextSetNeeded();
            revert UnknownSet(signed.commitment.setId);
        }
        _check(signed, setLength, setRoot);
        _keep(signed.commitment);
    }

    /// Follows the chain to a newer block of the current or the next set. The leaf is one under the new root,
    /// and names the set after the signers'.
    function submitWithNextSet(Signed calldata signed, bytes calldata leaf, Path calldata leafPath) external {
        uint64 signers = signed.commitment.setId;
        bool changes = nextLength != 0 && signers == setId + 1;
        if (!changes && signers != setId) revert UnknownSet(signers);
        _check(signed, changes ? nextLength : setLength, changes ? nextRoot : setRoot);

        if (leaf.length != LEAF_BYTES || uint8(leaf[0]) >> 5 != 0) revert WrongLeaf();
        if (_walk(keccak256(leaf), leafPath) != signed.commitment.root) revert NotInRoot();
        uint64 named = _reversed64(uint64(bytes8(leaf[37:45])));
        if (named != signers + 1) revert WrongNextSet(named);
        uint32 length = _reversed32(uint32(bytes4(leaf[45:49])));
        if (length == 0 || length > MOST_VALIDATORS) revert BadSetLength(length);

        if (changes) {
            setId = signers;
            setLength = nextLength;
            setRoot = nextRoot;
            emit SetChanged(signers);
        }
        nextLength = length;
        nextRoot = bytes32(leaf[49:81]);
        _keep(signed.commitment);
    }

    /// Whether a settlement is final: true, or the reason why that is not shown. `slot` is that of the root
    /// that the leaf's path leads to.
    function isFinal(
        Settlement calldata settlement,
        Path calldata settlementPath,
        bytes calldata leaf,
        Path calldata leafPath,
        uint256 slot
    ) external view returns (bool) {
        bytes32 root = slot < SLOTS ? roots[slot] : bytes32(0);
        if (root == 0) revert NoRoot(slot);
        if (leaf.length != LEAF_BYTES || uint8(leaf[0]) >> 5 != 0) revert WrongLeaf();
        if (_walk(keccak256(leaf), leafPath) != root) revert NotInRoot();
        if (_walk(keccak256(abi.encode(settlement)), settlementPath) != bytes32(leaf[81:113])) revert NotInLeaf();
        return true;
    }

    /// What BEEFY's voters sign of a commitment: Keccak of its SCALE encoding, with the root as its one
    /// payload.
    function digest(Commitment calldata commitment) public pure returns (bytes32) {
        return keccak256(
            abi.encodePacked(
                hex"046d6880",
                commitment.root,
                _reversed32(commitment.blockNumber),
                _reversed64(commitment.setId)
            )
        );
    }

    function _keep(Commitment calldata commitment) private {
        uint256 slot = followed % SLOTS;
        roots[slot] = commitment.root;
        lastBlock = commitment.blockNumber;
        unchecked {
            ++followed;
        }
        emit Followed(commitment.blockNumber, commitment.root, slot);
    }

    /// The block is new, the addresses are the set's, and enough of them signed.
    function _check(Signed calldata signed, uint256 length, bytes32 root) private view {
        if (signed.commitment.blockNumber <= lastBlock) {
            revert OlderBlock(signed.commitment.blockNumber, lastBlock);
        }
        address[] calldata validators = signed.validators;
        if (validators.length != length) revert WrongValidators();
        bytes32[] memory row = new bytes32[](length);
        // Places below `length`, which is at most 21, and bytes of at most as many signatures: nothing overflows.
        unchecked {
            for (uint256 i = 0; i < length; ++i) row[i] = _addressHash(validators[i]);
            if (_rootOf(row) != root) revert WrongValidators();

            uint256 signers = signed.signers;
            if (signers >> length != 0) revert WrongSignatures();
            uint256 given = 0;
            for (uint256 rest = signers; rest != 0; rest &= rest - 1) ++given;
            uint256 needed = length - (length - 1) / 3;
            if (given < needed) revert TooFewSignatures(given, needed);
            bytes calldata signatures = signed.signatures;
            if (signatures.length != given * 65) revert WrongSignatures();

            bytes32 hash = digest(signed.commitment);
            uint256 start = 0;
            for (uint256 i = 0; i < length; ++i) {
                if ((signers >> i) & 1 == 0) continue;
                (bytes32 r, bytes32 s, uint8 v) = _signature(signatures, start);
                if (uint256(s) > HALF_ORDER) revert HighS(i);
                address signer = ecrecover(hash, v, r, s);
                if (signer == address(0) || signer != validators[i]) revert WrongSigner(i);
                start += 65;
            }
        }
    }

    /// The 65 bytes from `start` on.
    function _signature(bytes calldata signatures, uint256 start)
        private
        pure
        returns (bytes32 r, bytes32 s, uint8 v)
    {
        assembly {
            let from := add(signatures.offset, start)
            r := calldataload(from)
            s := calldataload(add(from, 32))
            v := add(27, byte(0, calldataload(add(from, 64))))
        }
    }

    function _walk(bytes32 hash, Path calldata path) private pure returns (bytes32) {
        bytes32[] calldata items = path.items;
        uint256 order = path.order;
        for (uint256 i = 0; i < items.length; ++i) {
            hash = order & 1 == 1 ? _pairHash(items[i], hash) : _pairHash(hash, items[i]);
            order >>= 1;
        }
        return hash;
    }

    /// Pairs are hashed row by row; the last of an odd row rises as it is. The row is used up.
    function _rootOf(bytes32[] memory row) private pure returns (bytes32) {
        uint256 length = row.length;
        // Places below the row's length.
        unchecked {
            while (length > 1) {
                uint256 above = 0;
                for (uint256 i = 0; i < length; i += 2) {
                    row[above++] = i + 1 < length ? _pairHash(row[i], row[i + 1]) : row[i];
                }
                length = above;
            }
        }
        return row[0];
    }

    function _addressHash(address validator) private pure returns (bytes32 hash) {
        assembly {
            mstore(0, shl(96, validator))
            hash := keccak256(0, 20)
        }
    }

    function _pairHash(bytes32 left, bytes32 right) private pure returns (bytes32 hash) {
        assembly {
            mstore(0, left)
            mstore(32, right)
            hash := keccak256(0, 64)
        }
    }

    /// SCALE writes numbers with the lowest byte first.
    function _reversed32(uint32 n) private pure returns (uint32) {
        n = ((n & 0xff00ff00) >> 8) | ((n & 0x00ff00ff) << 8);
        return (n >> 16) | (n << 16);
    }

    function _reversed64(uint64 n) private pure returns (uint64) {
        return (uint64(_reversed32(uint32(n))) << 32) | _reversed32(uint32(n >> 32));
    }
}
