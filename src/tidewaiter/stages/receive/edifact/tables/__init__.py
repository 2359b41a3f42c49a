"""Keep the directories: messages, segments and elements, in compact tables of our own writing that code reads."""
