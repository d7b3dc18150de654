"""Organization: backups made, proven, restored; the folder they lie in."""
