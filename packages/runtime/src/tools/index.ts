import type { Tool } from '../core/tool'
import { askPerson } from './ask-person'
import { diagnostics } from './diagnostics'
import { editFile } from './edit-file'
import { glob } from './glob'
import { grep } from './grep'
import { listFiles } from './list-files'
import { preview } from './preview'
import { readFile } from './read-file'
import { readSession } from './read-session'
import { shell } from './shell'
import { task } from './task'
import { todo } from './todo'
import { webFetch } from './web-fetch'
import { webSearch } from './web-search'
import { writeFile } from './write-file'

/** What the model can do. The order is part of the frozen `tools` bytes. */
export const TOOLS: readonly Tool[] = [
  readFile,
  listFiles,
  glob,
  grep,
  editFile,
  writeFile,
  diagnostics,
  preview,
  shell,
  readSession,
  webFetch,
  webSearch,
  askPerson,
  task,
  todo,
]
