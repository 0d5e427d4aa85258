/** The day before, as `2026-03-01`. */
export function dayBefore(day) {
  const [year, month, date] = day.split('-').map(Number)
  return [year, String(month).padStart(2, '0'), String(date - 1).padStart(2, '0')].join('-')
}

/** How many days in a row, up to today; a day that is not over yet breaks nothing. */
export function streak(days, today) {
  let day = days.includes(today) ? today : dayBefore(today)
  let count = 0
  while (days.includes(day)) {
    count += 1
    day = dayBefore(day)
  }
  return count
}
