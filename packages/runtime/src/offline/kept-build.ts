import type { BuildFile, BuildFiles } from './build-files'

const PREFIX = 'tabwright-'
/** The app's document, under the address at which every host gives it without a redirect. */
const DOCUMENT = '/'

/** The part of a browser's cache that it takes. */
export interface FileCache {
  addAll(requests: Request[]): Promise<void>
  match(address: string): Promise<Response | undefined>
  put(address: string, response: Response): Promise<void>
  keys(): Promise<readonly Pick<Request, 'url'>[]>
}

/** The browser's caches, in the order in which they were made. */
export interface FileCaches {
  open(name: string): Promise<FileCache>
  keys(): Promise<string[]>
  delete(name: string): Promise<boolean>
  match(address: string): Promise<Response | undefined>
}

/** What the platform gives; tests give theirs. */
export interface KeptBuildParts {
  readonly caches: FileCaches
  readonly fetch: (request: Request) => Promise<Response>
  readonly origin: string
}

/** Takes work that goes on when the answer is given. */
type Afterwards = (work: Promise<unknown>) => void

interface Asked {
  readonly request: Request
  /** Under which it is kept. */
  readonly path: string
  readonly afterwards: Afterwards
}

/** What of a build is kept in this browser. */
export interface KeptState {
  readonly build: string
  /** Everything is there that the app opens with. */
  readonly isWhole: boolean
  readonly bytes: number
}

/** One build of the app in this browser's cache. Sessions are never in it: it keeps files of the build and nothing else. */
export interface KeptBuild {
  /** Fetches what the app opens with, whole or not at all. @throws TypeError when a file cannot be had or is another build's */
  install(): Promise<void>
  /** Removes what no tab needs: this build and the one before it stay, for tabs that began with that one. */
  tidy(): Promise<void>
  /** The answer to a request of the app's page or its workers; undefined for what is none of its business. */
  answer(request: Request, afterwards: Afterwards): Promise<Response> | undefined
  state(): Promise<KeptState>
}

/** The build that `files` names. */
export function keptBuild(files: BuildFiles, parts: KeptBuildParts): KeptBuild {
  const { caches } = parts
  const name = `${PREFIX}${files.build}`
  const known = new Set([...files.first, ...files.later].map(({ path }) => path))

  async function install(): Promise<void> {
    const cache = await caches.open(name)
    try {
      // Asked for anew, also under hashed names: the headers are part of what is kept, and a new build may have stricter ones.
      await cache.addAll(files.first.map(({ path, integrity }) => new Request(at(path), { cache: 'no-cache', integrity })))
    } catch (thrown) {
      await caches.delete(name)
      throw thrown
    }
  }

  const at = (path: string): string => `${parts.origin}${path}`

  async function tidy(): Promise<void> {
    const others = (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== name)
    await Promise.all(others.slice(0, -1).map((one) => caches.delete(one)))
  }

  async function fromNetwork({ request, path, afterwards }: Asked): Promise<Response> {
    const response = await parts.fetch(request)
    // Whole and from here. A document is the next worker's to keep, with the build that it belongs to.
    if (path !== DOCUMENT && known.has(path) && response.status === 200 && response.type === 'basic') {
      const copy = response.clone()
      afterwards(caches.open(name).then((cache) => cache.put(at(path), copy)))
    }
    return response
  }

  /** The network's word where there is one: policies of documents, and files that are named the same in every build. */
  async function newest(asked: Asked): Promise<Response> {
    const found = async (): Promise<Response | undefined> => (await caches.open(name)).match(at(asked.path))
    try {
      const response = await fromNetwork(asked)
      // A proxy answers in the place of a relay that is away.
      return response.status < 500 ? response : ((await found()) ?? response)
    } catch (thrown) {
      const instead = await found()
      if (instead === undefined) throw thrown
      return instead
    }
  }

  /** A hashed name means the same bytes in every build, so a tab of an older one finds its parts in that one's cache. */
  async function kept(asked: Asked): Promise<Response> {
    return (await caches.match(at(asked.path))) ?? fromNetwork(asked)
  }

  function answer(request: Request, afterwards: Afterwards): Promise<Response> | undefined {
    const { origin, pathname: path } = new URL(request.url)
    if (request.method !== 'GET' || origin !== parts.origin || request.headers.has('range')) return undefined
    if (request.mode === 'navigate') return isOfApp(path) ? newest({ request, path: DOCUMENT, afterwards }) : undefined
    if (path.startsWith('/assets/')) return kept({ request, path, afterwards })
    return known.has(path) && path !== DOCUMENT ? newest({ request, path, afterwards }) : undefined
  }

  async function state(): Promise<KeptState> {
    // Looked at and not remembered: a browser may have removed it.
    if (!(await caches.keys()).includes(name)) return { build: files.build, isWhole: false, bytes: 0 }
    const there = new Set((await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname))
    const isThere = ({ path }: BuildFile): boolean => there.has(path)
    const bytes = [...files.first, ...files.later].filter(isThere).reduce((sum, file) => sum + file.bytes, 0)
    return { build: files.build, isWhole: files.first.every(isThere), bytes }
  }

  return { install, tidy, answer, state }
}

/** Addresses that the app's document answers. What else a relay shows at its address is not the app's. */
function isOfApp(pathname: string): boolean {
  return pathname === '/' || pathname === '/index.html' || pathname.startsWith('/s/')
}
