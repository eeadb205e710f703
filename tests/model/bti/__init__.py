"""An independent model of the BTI domain, plain and slow, that the program is compared with."""
