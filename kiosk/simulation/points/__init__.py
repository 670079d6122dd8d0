"""Every single point: each fault alone wherever it can strike, what is known of it so far, and the page."""
