-- Up Migration

-- What a top-up was answered with, so that the same request again gets the same answer.
alter table credit_transactions add column balance_after integer check (balance_after >= 0);

-- Down Migration
alter table credit_transactions drop column balance_after;
