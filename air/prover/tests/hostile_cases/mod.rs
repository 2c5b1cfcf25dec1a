mod bytes;
mod target;
