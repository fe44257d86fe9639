"""Support: staff put points right; large corrections need a second person."""
