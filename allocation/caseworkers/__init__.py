"""The caseworkers of a center: its households in compact beats of like size, kept when they change."""
