import HeapDump
import Testing
