import type { Command } from './command'
import { findCommand } from './find/find'
import { xargsCommand } from './find/xargs'

/** Commands that walk folders, and run others on what they find. */
export const findCommands: readonly Command[] = [findCommand, xargsCommand]
