import { momentOfMs, strftime } from '../dates/strftime'
import type { Zone } from '../dates/zones'

/** How much smaller something became, as gzip writes it. */
export function ratio(saved: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * saved) / whole).toFixed(1).padStart(5)}%`
}

/** A line of `gzip -l`, or the one that adds them up. */
export interface ListedFile {
  readonly packed: number
  readonly size: number
  readonly header?: number
  readonly crc?: number
  /** When the packed file was written. */
  readonly ms?: number
}

/** The line above the others. */
export function listHead(isLong: boolean): string {
  return `${isLong ? 'method  crc     date  time  ' : ''}         compressed        uncompressed  ratio uncompressed_name\n`
}

/** One line of the list. @param zone where `-v` asks for more: that of its times */
export function listLine(name: string, { packed, size, header = 0, crc, ms }: ListedFile, zone: Zone | undefined): string {
  const about =
    zone === undefined
      ? ''
      : crc === undefined || ms === undefined
        ? ' '.repeat(28)
        : `defla ${crc.toString(16).padStart(8, '0')} ${strftime('%b %e %H:%M', momentOfMs(ms), zone)} `
  return `${about}${`${packed}`.padStart(19)} ${`${size}`.padStart(19)} ${ratio(size - (packed - header), size)} ${name}\n`
}
