"""Single sign-on by OpenID Connect: the code flow with PKCE, and nothing else of the standard.

Asks the one provider that the operator has named, checks every word of its answer, and says who
somebody is as (issuer, subject). Whether that opens an account is decided elsewhere.
"""
