"""Invitations of one person to one membership: by mail, or as a link and QR code to hand over."""
