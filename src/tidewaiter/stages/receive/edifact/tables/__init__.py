"""Keep the directories of messages, segments and elements in compact tables of our own writing."""
