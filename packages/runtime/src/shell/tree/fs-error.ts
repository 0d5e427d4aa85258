const TEXT = {
  EACCES: ['permission denied', -13],
  EBADF: ['bad file descriptor', -9],
  EEXIST: ['file already exists', -17],
  EINVAL: ['invalid argument', -22],
  EISDIR: ['illegal operation on a directory', -21],
  ELOOP: ['too many symbolic links encountered', -40],
  ENOENT: ['no such file or directory', -2],
  ENOTDIR: ['not a directory', -20],
  ENOTEMPTY: ['directory not empty', -39],
  EPERM: ['operation not permitted', -1],
  EFBIG: ['file too large', -27],
  EAGAIN: ['resource temporarily unavailable', -11],
  ENOSPC: ['no space left on device', -28],
  ENXIO: ['no such device or address', -6],
  ESPIPE: ['illegal seek', -29],
  EXDEV: ['cross-device link not permitted', -18],
} as const

/** An errno that the file tree can give. */
export type FsErrorCode = keyof typeof TEXT

/** A failed file operation, worded as Node words it: programs match on `code` and on the message. */
export class FsError extends Error {
  readonly code: FsErrorCode
  readonly errno: number
  readonly syscall: string
  path?: string
  dest?: string

  /** @param place a path, or two for an operation that has a target */
  constructor(code: FsErrorCode, syscall: string, place?: string | readonly [from: string, to: string]) {
    const [path, dest] = typeof place === 'string' ? [place] : (place ?? [])
    const [text, errno] = TEXT[code]
    super(`${code}: ${text}, ${syscall}${path === undefined ? '' : ` '${path}'`}${dest === undefined ? '' : ` -> '${dest}'`}`)
    this.code = code
    this.errno = errno
    this.syscall = syscall
    if (path !== undefined) this.path = path
    if (dest !== undefined) this.dest = dest
  }
}
