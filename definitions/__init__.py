"""What words mean here: definitions agreed by the council, workflows and the states data can be in."""
