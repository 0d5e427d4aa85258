import type { FsError, FsErrorCode } from './fs-error'

/** As the C library words them, which is what shell tools print. */
const TEXT: Readonly<Record<FsErrorCode, string>> = {
  EACCES: 'Permission denied',
  EAGAIN: 'Resource temporarily unavailable',
  EBADF: 'Bad file descriptor',
  EEXIST: 'File exists',
  EFBIG: 'File too large',
  EINVAL: 'Invalid argument',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  ENXIO: 'No such device or address',
  EPERM: 'Operation not permitted',
  ESPIPE: 'Illegal seek',
  EXDEV: 'Invalid cross-device link',
}

/** `No such file or directory` and the like. */
export function errnoText(error: FsError): string {
  return TEXT[error.code]
}
