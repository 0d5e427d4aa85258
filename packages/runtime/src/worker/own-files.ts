import type { Workspace } from '@tabwright/protocol'
import type { SessionWorker } from '../client/worker-api'
import type { OwnFilesCommands } from '../core/own-files'
import { createFileSearch } from './file-search'

/** What a person does with the files beside editing one: anybody may look, changing them is the writer's. */
export function ownFiles(
  workspace: () => Promise<Workspace>,
  commands: () => Promise<OwnFilesCommands>,
): Pick<SessionWorker, 'searchFiles' | 'changeFiles' | 'undoFiles' | 'listFolders'> {
  return {
    searchFiles: createFileSearch(workspace).find,
    changeFiles: async (wish) => (await commands()).changeFiles(wish),
    undoFiles: async (changes) => (await commands()).undoFiles(changes),
    listFolders: async () => (await workspace()).folders(),
  }
}
