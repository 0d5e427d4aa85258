import {
  failureOf,
  keyOfHands,
  type BlobHash,
  type Hands,
  type OfferedDirectory,
  type RemoteChoice,
  type Workspace,
} from '@tabwright/protocol'
import type { Place, Places } from '../core/places'
import type { CallDirectory } from '../hands/remote/directory'
import { remoteHands } from '../hands/remote/remote-hands'

/** Calls of a directory's worker, as long as it is the one that was chosen. */
export type DirectoryCalls = (directory: OfferedDirectory) => CallDirectory

interface PlacesOptions {
  readonly calls: DirectoryCalls
  readonly workspace: Pick<Workspace, 'blob'>
  /** Shows what runs there in the agent's terminal. */
  readonly echoed: (hands: Hands) => Hands
}

/** Directories of machines, as places for the commands of one session. Each is kept as long as the session's worker lives. */
export function directoryPlaces({ calls, workspace, echoed }: PlacesOptions): Places {
  const made = new Map<string, Place>()
  const knows = (hash: BlobHash): Promise<boolean> =>
    workspace.blob(hash).then(
      () => true,
      (thrown: unknown) => {
        if (failureOf(thrown).code !== 'not_found') throw thrown
        return false
      },
    )
  const make = (directory: RemoteChoice): Place => {
    const { name, mark, identity, isConfined } = directory
    const hands = remoteHands({ directory, call: calls(directory), knows })
    return {
      name: `the directory "${name}"`,
      hands: echoed(hands),
      owner: { worker: name, version: `${mark} ${isConfined ? 'confined' : 'unconfined'}`, identity, also: `${name}::shell` },
      isConfined,
      gitHooks: () => hands.gitHooks(),
      bring: (lease, files, signal) => hands.bring(lease, files, signal),
    }
  }
  return {
    at: (chosen) => {
      if (chosen.type !== 'remote') return undefined
      const key = keyOfHands(chosen)
      const place = made.get(key) ?? make(chosen)
      made.set(key, place)
      return place
    },
  }
}
