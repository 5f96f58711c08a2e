"""`python -m lambda_host <module.function>`: serves the Lambda Runtime API at AWS_LAMBDA_RUNTIME_API with the code in the
working folder. What Lambda does not have, the code does not get here either: see `limits`.
"""

import sys

# `-m` puts the working folder first, from where Lambda imports the function's code; ours comes last.
sys.path.append(sys.path.pop(1))

from . import limits

limits.end_with_parent()
limits.use_processors_of_memory()
limits.refuse_semaphores()
limits.refuse_other_packages()

from awslambdaric.__main__ import main

main(sys.argv)
