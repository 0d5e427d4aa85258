import type { NetworkRequest } from '@tabwright/protocol'

const REFS = '/info/refs?service=git-receive-pack'
const OBJECTS = '/git-receive-pack'

/** What git asks of one repository when it pushes: which refs it has, or, with a body, that it takes these objects. */
export interface PushWanted {
  /** Address of the repository, without the part that is git's. */
  readonly repository: string
  readonly body?: Uint8Array | undefined
}

/** As git here writes them, to the letter. */
const OWN_HEADERS: ReadonlyMap<string, string> = new Map([
  ['user-agent', 'git/2.39.5 (Tabwright)'],
  ['content-type', 'application/x-git-receive-pack-request'],
  ['accept', 'application/x-git-receive-pack-result'],
])

/**
 * What a request of git is for when it is part of a push: nothing is in it but the address, the body and git's own headers. Undefined for
 * every other one, and for one that another program made.
 * @param href the address as it is judged and sent
 */
export function gitPushOf({ byGit, method, headers, body }: Omit<NetworkRequest, 'url' | 'purpose'>, href: string): PushWanted | undefined {
  if (!byGit || !headers.every(([name, value]) => OWN_HEADERS.get(name.toLowerCase()) === value)) return undefined
  if (method === 'GET' && body === undefined && href.endsWith(REFS) && href.indexOf('?') === href.lastIndexOf('?') && !href.includes('#'))
    return { repository: href.slice(0, -REFS.length) }
  if (method !== 'POST' || body === undefined || !href.endsWith(OBJECTS) || /[?#]/.test(href)) return undefined
  return { repository: href.slice(0, -OBJECTS.length), body }
}
