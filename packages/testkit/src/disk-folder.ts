import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** Where the machine's own tools are tried that tell what a folder weighs: on a disk, while the rest of a test run may write to memory. */
export const ON_DISK = existsSync('/var/tmp') ? '/var/tmp' : tmpdir()
