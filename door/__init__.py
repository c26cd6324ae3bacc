"""What needs several rooms at once: founding, changing and drawing a plan's folder or a nation's."""
