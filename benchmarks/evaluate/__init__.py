"""What the claims about evaluation are measured with: published accuracies, and the speed of local students."""
