"""Organization: the settings of this machine and of the company."""
