"""Value streams to copy: each folder holds a stream file, its rate card and how to get or make its log."""
