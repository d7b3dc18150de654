"""Jobs: the list, the editor of one job, and the form for a new one."""
