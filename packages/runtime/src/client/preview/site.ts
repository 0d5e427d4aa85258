import { mediaType, type FilesAnswer, type FilesRequest, type FileEntry } from '@tabwright/protocol'

/** Where the files of a site come from: a session fits as it is. Promises reject with a FailureError. */
export interface SiteFiles {
  listFiles(): Promise<readonly FileEntry[]>
  readBytes(hash: FileEntry['hash']): Promise<Uint8Array>
}

/** A folder of the workspace as a web server would give it out. */
export interface Site {
  /** Folders that have an `index.html`, the nearest to the root first. */
  folders(): Promise<readonly string[]>
  answer(request: FilesRequest, folder: string): Promise<Omit<FilesAnswer, 'type' | 'id'>>
  /** Files changed: the next answer looks anew. */
  changed(): void
}

/** Never given out: what belongs to git and to the app. */
const PRIVATE = /^(?:\.git|\.tabwright)(?:\/|$)/
const NO_SITE = /(?:^|\/)(?:node_modules|\.git|\.tabwright)\//

export function createSite(files: SiteFiles): Site {
  let known: Promise<ReadonlyMap<string, FileEntry>> | undefined
  const list = (): Promise<ReadonlyMap<string, FileEntry>> => {
    if (known !== undefined) return known
    const asked = files.listFiles().then((all) => new Map(all.map((file) => [file.path, file])))
    known = asked
    asked.catch(() => {
      // What failed once is asked for again.
      if (known === asked) known = undefined
    })
    return asked
  }
  const plain = (status: number, text: string, more: Readonly<Record<string, string>> = {}) => ({
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...more },
    body: new TextEncoder().encode(`${text}\n`),
  })
  return {
    folders: async () => {
      const pages = [...(await list()).keys()].filter((path) => /(?:^|\/)index\.html$/.test(path) && !NO_SITE.test(path))
      const depth = (path: string): number => path.split('/').length
      return pages.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).map((path) => path.replace(/\/?index\.html$/, ''))
    },
    changed: () => {
      known = undefined
    },
    answer: async (request, folder) => {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return plain(405, 'These are files: they can be read, nothing else.', { allow: 'GET, HEAD' })
      const path = cleanPath(request.path)
      if (path === undefined) return plain(400, 'That is no address of a file.')
      const found = find(await list(), { folder, path, isPage: request.isPage })
      if (found === undefined) return plain(404, `There is no ${below(folder, path)} in the workspace.`)
      if (typeof found === 'string') return plain(308, `It is at ${found}`, { location: found })
      const bytes = await files.readBytes(found.hash)
      const type = mediaType(found.path)
      const own = { 'content-type': type, 'cache-control': 'no-store', 'content-length': String(bytes.length) }
      return { status: 200, headers: own, body: request.method === 'HEAD' ? null : bytes }
    },
  }
}

/** The decoded path below the origin, without the first slash; undefined for one that is none. */
function cleanPath(address: string): string | undefined {
  const raw = address.split(/[?#]/, 1)[0] ?? ''
  let path: string
  try {
    path = decodeURIComponent(raw)
  } catch (thrown) {
    if (thrown instanceof URIError) return undefined
    throw thrown
  }
  // The browser has taken `..` out; what is still there was written to get past somebody.
  if (!path.startsWith('/') || /[\0\\]/.test(path) || path.split('/').includes('..')) return undefined
  return path.slice(1)
}

const below = (folder: string, path: string): string => (folder === '' ? path : path === '' ? folder : `${folder}/${path}`)

interface Wanted {
  readonly folder: string
  readonly path: string
  readonly isPage: boolean
}

/** A file, or the address that it is at. */
function find(all: ReadonlyMap<string, FileEntry>, { folder, path, isPage }: Wanted): FileEntry | string | undefined {
  const file = (at: string): FileEntry | undefined => {
    const entry = all.get(at)
    const isGiven = entry !== undefined && !PRIVATE.test(at) && (entry.mode === 'file' || entry.mode === 'executable')
    return isGiven ? entry : undefined
  }
  const at = below(folder, path)
  if (path === '' || path.endsWith('/')) return file(`${at.replace(/\/$/, '')}${at === '' ? '' : '/'}index.html`)
  const exact = file(at)
  if (exact !== undefined) return exact
  if (file(`${at}/index.html`) !== undefined) return `/${path}/`
  if (!isPage) return undefined
  // Pretty addresses, and applications that read the address themselves.
  return file(`${at}.html`) ?? (/\.[^/]*$/.test(path) ? undefined : file(below(folder, 'index.html')))
}
