"""Notices and mails: written in the transaction of the change, sent by the worker."""
