import type { Command } from './command'
import { gitCommand } from './git/git'

/** Version control. */
export const versionControlCommands: readonly Command[] = [gitCommand]
