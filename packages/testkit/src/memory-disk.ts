/** A folder of a disk that is not there, with the handle that a browser would give of it. */
export interface MemoryDisk {
  readonly handle: FileSystemDirectoryHandle
  /** Everything in it as text, by path. Folders end in `/` and are there while they are empty. */
  files(): Readonly<Record<string, string>>
  /** Another program writes a file. */
  put(path: string, text: string, at?: number): void
  /** Another program removes a file or a folder with all that is in it. */
  take(path: string): void
  /** What the next writes meet: called with the path right before the file is replaced. Throwing is the browser's refusal. */
  onWrite(listener: (path: string) => void): void
  /** The person has not allowed it, or no more. */
  forbid(isForbidden: boolean): void
  /** The folder itself is moved away. */
  moveAway(): void
}

interface Kept {
  bytes: Uint8Array<ArrayBuffer>
  at: number
}
type Folder = Map<string, Kept | Folder>

/** @param start contents by path */
export function memoryDisk(name: string, start: Readonly<Record<string, string>> = {}): MemoryDisk {
  const disk = new Disk(name)
  for (const [path, text] of Object.entries(start)) disk.put(path, text)
  return disk
}

class Disk implements MemoryDisk {
  readonly root: Folder = new Map()
  readonly handle: FileSystemDirectoryHandle
  isForbidden = false
  isAway = false
  written: (path: string) => void = () => undefined
  #now = 1_700_000_000_000

  constructor(name: string) {
    this.handle = folderHandle(this, name, '')
  }

  /** @throws DOMException as a browser does */
  at(path: string): Kept | Folder | undefined {
    if (this.isForbidden) throw new DOMException('', 'NotAllowedError')
    if (this.isAway) return undefined
    let found: Kept | Folder | undefined = this.root
    for (const part of path.split('/').filter(Boolean)) found = found instanceof Map ? found.get(part) : undefined
    return found
  }

  folder(path: string): Folder {
    const found = this.at(path)
    if (found === undefined) throw new DOMException('', 'NotFoundError')
    if (!(found instanceof Map)) throw new DOMException('', 'TypeMismatchError')
    return found
  }

  file(path: string): Kept {
    const found = this.at(path)
    if (found === undefined) throw new DOMException('', 'NotFoundError')
    if (found instanceof Map) throw new DOMException('', 'TypeMismatchError')
    return found
  }

  put(path: string, text: string, at?: number): void {
    const parts = path.split('/')
    let folder = this.root
    for (const part of parts.slice(0, -1)) {
      const inner = folder.get(part)
      const next: Folder = inner instanceof Map ? inner : new Map()
      folder.set(part, next)
      folder = next
    }
    folder.set(parts.at(-1) ?? '', { bytes: new TextEncoder().encode(text), at: at ?? this.tick() })
  }

  take(path: string): void {
    const folder = this.at(path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    if (folder instanceof Map) folder.delete(path.slice(path.lastIndexOf('/') + 1))
  }

  files(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {}
    const walk = (folder: Folder, above: string): void => {
      for (const [key, value] of folder) {
        if (!(value instanceof Map)) found[above + key] = new TextDecoder().decode(value.bytes)
        else if (value.size === 0) found[`${above}${key}/`] = ''
        else walk(value, `${above}${key}/`)
      }
    }
    walk(this.root, '')
    return found
  }

  onWrite(listener: (path: string) => void): void {
    this.written = listener
  }

  forbid(isForbidden: boolean): void {
    this.isForbidden = isForbidden
  }

  moveAway(): void {
    this.isAway = true
  }

  tick(): number {
    this.#now += 1000
    return this.#now
  }
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** As much of the browser's interface as anybody here calls. */
function folderHandle(disk: Disk, name: string, path: string): FileSystemDirectoryHandle {
  const handles = (): (FileSystemDirectoryHandle | FileSystemFileHandle)[] =>
    [...disk.folder(path)].map(([key, value]) =>
      value instanceof Map ? folderHandle(disk, key, join(path, key)) : fileHandle(disk, key, join(path, key)),
    )
  const handle = {
    kind: 'directory',
    name,
    isSameEntry: async (other: FileSystemHandle) => other === handle,
    async *keys() {
      yield* disk.folder(path).keys()
    },
    async *values() {
      yield* handles()
    },
    getDirectoryHandle: async (key: string, { create = false } = {}) => {
      const folder = disk.folder(path)
      if (create && !folder.has(key)) folder.set(key, new Map())
      disk.folder(join(path, key))
      return folderHandle(disk, key, join(path, key))
    },
    getFileHandle: async (key: string, { create = false } = {}) => {
      const folder = disk.folder(path)
      if (create && !folder.has(key)) folder.set(key, { bytes: new Uint8Array(), at: disk.tick() })
      disk.file(join(path, key))
      return fileHandle(disk, key, join(path, key))
    },
    removeEntry: async (key: string) => {
      const folder = disk.folder(path)
      const found = folder.get(key)
      if (found === undefined) throw new DOMException('', 'NotFoundError')
      if (found instanceof Map && found.size > 0) throw new DOMException('', 'InvalidModificationError')
      folder.delete(key)
    },
  }
  return handle as unknown as FileSystemDirectoryHandle
}

function fileHandle(disk: Disk, name: string, path: string): FileSystemFileHandle {
  const handle = {
    kind: 'file',
    name,
    getFile: async () => {
      const { bytes, at } = disk.file(path)
      return new File([bytes], name, { lastModified: at })
    },
    createWritable: async () => {
      disk.file(path)
      const folder = disk.folder(path.slice(0, Math.max(0, path.lastIndexOf('/'))))
      // As Chromium does: beside the file, under this name, which stays where the page dies.
      const beside = `${name}.crswap`
      const kept: Kept = { bytes: new Uint8Array(), at: disk.tick() }
      folder.set(beside, kept)
      return {
        write: async (more: Uint8Array) => {
          kept.bytes = new Uint8Array(more)
          disk.written(path)
        },
        close: async () => {
          folder.delete(beside)
          folder.set(name, { bytes: kept.bytes, at: disk.tick() })
        },
        abort: async () => void folder.delete(beside),
      }
    },
  }
  return handle as unknown as FileSystemFileHandle
}

/** The handle of a folder that nobody looks into, which can be kept as a browser keeps its own. */
export function keptHandle(name: string): FileSystemDirectoryHandle {
  return { kind: 'directory', name } as unknown as FileSystemDirectoryHandle
}
