"""`retention-messaging`: what `pulumi up` has no answer to. One file a command, in `commands`."""
