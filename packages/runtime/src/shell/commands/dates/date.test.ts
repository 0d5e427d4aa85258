import { describe, expect, it } from 'vitest'
import { tryCommand } from '../../../../../testkit/src/command-lab'
import { compareWithReal } from '../../../../../testkit/src/command-table'
import { dateCommand } from './date'

const FORMATS = [
  '%a %A %b %B %c', '%C %d %D %e %F %g %G', '%h %H %I %j %k %l %m %M', '%n%N%t', '%p %P %r %R %s %S %T', '%u %U %V %w %W %x %X %y %Y',
  '%z %:z %::z %:::z %Z', '%q', '%% %Q %1', '%-d %-m %-H %-j', '%_d|%_m|%_5Y', '%05d|%010Y|%10A|%-A', '%^a %^B %#Z %#p %#a',
  '%3N %6N %9N %-N %_3N', '%+Y %+4Y %+8F', '%010s', '%^10b', '%010b', '%_10z %-z %010z %_10:z', '%E', '%Ey %Od', '%',
] // prettier-ignore

const INSTANTS = ['2024-01-05 03:04:05', '2021-12-31 23:59:59.5', '@0', '@-1.25', '@1700000000.123456789', '1999-02-28T00:00:00Z']

const DATES = [
  '2024-02-29', '2024-02-30', '20240115', '20240115 1030', '20240115T1030', '1/2/2024', '1/2', '2024/3/4', '15 jan 2024', 'Jan 15, 2024',
  'January 15 2024', '15-JAN-2024', 'jan-15-2024', 'jan 15 12:30 2024', '2024-01-15 10pm', '2024-01-15 10:30 pm', '2024-01-15 12am',
  '2024-01-15 12pm', '2024-01-15 13pm', '2024-01-15 25:00', '2024-01-15 10:30:61', '2024-01-15T10:30:15Z', '2024-01-15T10:30:15+02:00',
  '2024-01-15 10:30 EST', '2024-01-15 10:30 EST5', '2024-01-15 10:30 UTC+3', '2024-01-15 10:30 PDT', '2024-01-15 10:30 + 2 hours',
  '2024-01-15 + 1 day', '2024-01-15 +1day', '2024-01-15 1 day ago', '2024-01-31 +1 month', '2024-03-31 -1 month', '2024-01-15 next month',
  '2024-01-15 last year', '2024-01-15 12:00 tomorrow', 'yesterday 2024-01-15', '2024-01-15 2 weeks', '2024-01-15 fortnight ago',
  '2024-01-15 3 days ago 4 hours', '2024-01-15 -1 week +2 days', '2024-01-15 10:00:00 1 hour ago', '2024-01-15 1.5 seconds',
  '2024-01-15 90 minutes', '2024-01-15 3 min 4 sec', '@1700000000 +1 day', '@abc', 'nonsense', '2024-13-01', '2024-01', '24-1-5', '69-1-5',
  'Mon, 15 Jan 2024 10:30:00 +0000', 'Mon Jan 15 10:30:00 UTC 2024', 'Monday, 15-Jan-24 10:30:00 GMT', '2024-01-15 (a remark) 10:30',
  '2024-01-15 10:30:15,25', '2024-01-15 00:00 third day', '2024-01-15 this week', '2024-01-15 first month', '2024-01-15 A', '2024-01-15 10:30 z',
  'TZ="America/New_York" 2024-07-01 12:00', 'TZ="Europe/Berlin" 2024-01-15 10:00 tomorrow', 'TZ="EST5EDT" 2024-03-10 02:30',
  'TZ="Asia/Tokyo" 2024-01-15', '2024-1-5 9:5', '2024-01-15 10:30 10:30', '2024-01-15 2024-01-16', '2024-01-15 1030', '2024-01-15 10',
  'Jan 2024', '15 jan', '2024-01-15 24:00', '2024-06-30 23:59:60', '2024-01-15 noon', '2024-W03', '2024-01-15T10:30', '2024-01-15t10:30:00z',
  '2024-01-15 10:30:00.123 +0530', '2024-01-15 -0800', '2024-01-15 10:30 -08', '0001-01-01', '9999-12-31', '2024-01-15 BST', '2024-01-15 UTC DST',
  '2024-01-15 sec', '2024-01-15 years', '2024-01-15 1 fortnights', '2024-01-15 10:30 CET', '01 02 03', '10:30 2024-01-15', '2024-01-15 + 3 days - 2 hours',
  '2024-01-15 12:34:56.789 tomorrow', 'last-month 2024-01-15', '1970-01-01 00:00:01 UTC +1 second', '2024.01.15', '15.01.2024', '2024-01-15 now',
] // prettier-ignore

compareWithReal(
  'formats of dates',
  [dateCommand],
  [
    ...FORMATS.map((format) => `date -u -d '2021-01-03 04:05:06.070800900' '+${format}'`),
    ...INSTANTS.flatMap((at) =>
      ['-R', '-I', '-Ih', '-Iminutes', '-Is', '-Ins', '--rfc-3339=date', '--rfc-3339=s', '--rfc-3339=ns', ''].map(
        (how) => `date -u -d '${at}' ${how}`,
      ),
    ),
    ...['2020-12-31', '2021-01-01', '2021-01-04', '2024-12-30', '2023-01-01', '-d'].map((day) => `date -d ${day} '+%j %U %V %W %G %g %u'`),
  ],
)

compareWithReal(
  'dates as people write them',
  [dateCommand],
  [
    ...DATES.map((text) => ({ line: `date -u -d '${text.replaceAll("'", '')}' '+%F %T.%N'`, words: true as const })),
    ...[
      'mon',
      'next monday',
      'last fri',
      'today 00:00',
      'tomorrow 12:00',
      'yesterday 00:00',
      '2 days ago 00:00',
      'sunday',
      '1 month ago 00:00',
      '0',
      'this thursday',
      '2 tue',
      '',
    ].map((text) => `date -u -d '${text}' '+%F %T'`),
    { line: 'date -u -f dates +%s', files: { dates: '2024-01-15\n@5\nbad\n1 jan 2020\n' }, words: true },
    { line: 'date -Ix', words: true },
    { line: 'date --rfc-3339=hours', words: true },
    { line: 'date +%F -d 2024-01-01 -R', words: true },
    { line: 'date -d 2024-01-01 -r x', words: true },
    { line: 'date -d 2024-01-01 foo', words: true },
    { line: 'date foo', words: true },
    { line: 'date -r missing', words: true },
  ],
)

describe('a date that is further away than there are dates', () => {
  it.each([
    [
      '9999999999999999999 days',
      'date: a date beyond the year 275760 (‘9999999999999999999 days’) is not implemented in this sandbox\n',
      2,
    ],
    ['@999999999999999999999', 'date: invalid date ‘@999999999999999999999’\n', 1],
    ['99999999 days', 'date: a date beyond the year 275760 (‘99999999 days’) is not implemented in this sandbox\n', 2],
  ])('%s is said to be none', async (text, err, code) => {
    expect(await tryCommand([dateCommand], { argv: ['date', '-d', text] })).toEqual({ out: '', err, code })
  })
})
