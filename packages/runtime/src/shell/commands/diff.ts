import type { Command } from './command'
import { cmpCommand } from './diff/cmp'
import { diffCommand } from './diff/diff'
import { diff3Command } from './diff/diff3'
import { sdiffCommand } from './diff/sdiff'
import { patchCommand } from './patch/patch'

/** Commands that compare files, and the one that makes them alike. */
export const diffCommands: readonly Command[] = [cmpCommand, diffCommand, diff3Command, patchCommand, sdiffCommand]
