"""What `src/platform/process/peak-memory.ts` says of a Node process, for one of Python."""

import re
import resource


def peak_memory_bytes():
    """The most memory that this process has had at a time. `getrusage` counts that of the process that started it too."""
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.MULTILINE)[1]) * 1024
    except (OSError, TypeError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
