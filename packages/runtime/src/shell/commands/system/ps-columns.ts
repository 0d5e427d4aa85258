import type { Process } from '../../processes/process'
import { momentOfMs, strftime } from '../dates/strftime'
import type { Zone } from '../dates/zones'
import { USER } from '../files/look'
import { shortName } from './processes'

/** What columns are made from. */
export interface PsScene {
  readonly now: number
  readonly zone: Zone
}

/** A column of `ps`. */
export interface PsColumn {
  readonly header: string
  readonly width: number
  /** Words stand at the left; numbers at the right. */
  readonly isLeft: boolean
  of(process: Process, scene: PsScene): string
}

const right = (header: string, width: number, of: PsColumn['of']): PsColumn => ({ header, width, isLeft: false, of })
const left = (header: string, width: number, of: PsColumn['of']): PsColumn => ({ header, width, isLeft: true, of })

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')

function elapsed(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds / 3600) % 24
  const rest = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`
  if (days > 0) return `${days}-${two(hours)}:${rest}`
  return hours > 0 ? `${two(hours)}:${rest}` : rest
}

function startTime({ started }: Process, { now, zone }: PsScene): string {
  const format = now - started < 86_400_000 ? '%H:%M' : '%b%d'
  return strftime(format, momentOfMs(started), zone)
}

const state = (process: Process): string => (process.isStopped ? 'T' : 'S')
const NONE = (): string => '0'

/** Columns by the names that `-o` takes; memory and processor time are not measured here and are 0. */
export const PS_COLUMNS: ReadonlyMap<string, PsColumn> = new Map(
  Object.entries({
    'pid tgid': right('PID', 7, ({ pid }) => String(pid)),
    ppid: right('PPID', 7, ({ ppid }) => String(ppid)),
    'pgid pgrp': right('PGID', 7, ({ group }) => String(group)),
    'sid sess session': right('SID', 7, ({ group }) => String(group)),
    'comm ucmd ucomm': left('COMMAND', 15, shortName),
    'args command': left('COMMAND', 27, ({ title }) => title),
    cmd: left('CMD', 27, ({ title }) => title),
    'user euser uname': left('USER', 8, () => USER.name),
    ruser: left('RUSER', 8, () => USER.name),
    'group egroup': left('GROUP', 8, () => USER.name),
    'uid euid': right('UID', 5, () => String(USER.id)),
    ruid: right('RUID', 5, () => String(USER.id)),
    'gid egid': right('GID', 5, () => String(USER.id)),
    'tty tname': left('TTY', 8, () => '?'),
    tt: left('TT', 8, () => '?'),
    stat: left('STAT', 4, state),
    's state': left('S', 1, state),
    'time cputime': right('TIME', 8, () => '00:00:00'),
    bsdtime: right('TIME', 6, () => '0:00'),
    etime: right('ELAPSED', 11, ({ started }, { now }) => elapsed((now - started) / 1000)),
    etimes: right('ELAPSED', 7, ({ started }, { now }) => String(Math.floor((now - started) / 1000))),
    start: right('STARTED', 8, ({ started }, { zone }) => strftime('%H:%M:%S', momentOfMs(started), zone)),
    lstart: right('STARTED', 24, ({ started }, { zone }) => strftime('%a %b %e %H:%M:%S %Y', momentOfMs(started), zone)),
    'stime start_time': left('STIME', 5, startTime),
    bsdstart: left('START', 6, startTime),
    '%cpu pcpu': right('%CPU', 4, () => '0.0'),
    'c cp': right('C', 2, NONE),
    '%mem pmem': right('%MEM', 4, () => '0.0'),
    'vsz vsize': right('VSZ', 6, NONE),
    'rss rssize rsz': right('RSS', 5, NONE),
    sz: right('SZ', 5, NONE),
    'ni nice': right('NI', 3, NONE),
    pri: right('PRI', 3, () => '19'),
    nlwp: right('NLWP', 4, () => '1'),
    f: right('F', 1, NONE),
    addr: right('ADDR', 4, () => '-'),
    wchan: left('WCHAN', 6, () => '-'),
  }).flatMap(([names, column]) => names.split(' ').map((name) => [name, column] as const)),
)
