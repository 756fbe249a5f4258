"""PostgreSQL and RabbitMQ for one machine: started by the hub, private to it, ended with it."""
