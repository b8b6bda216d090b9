"""What ties Concord together; importing it makes the Celery application the one that tasks go to."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
