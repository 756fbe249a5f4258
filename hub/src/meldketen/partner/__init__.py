"""What a partner needs: its place in the register and at the broker, documents, and somebody to rehearse with."""
