"""One verb a file; each is a Prefect task and does one thing to one agreement or delivery."""
