mod damage;
mod health;
mod ledger;
mod rounds;
mod said;
mod sending;
mod settings;
mod window;
