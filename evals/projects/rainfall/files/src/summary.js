const round = (value, digits) => Number(value.toFixed(digits))

/** One row a station and month, in their order. */
export function summarise(measurements) {
  const groups = new Map()
  for (const one of measurements) {
    const key = JSON.stringify([one.station, one.date.slice(0, 7)])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups]
    .map(([key, days]) => {
      const [station, month] = JSON.parse(key)
      const total = days.reduce((sum, { mm }) => sum + mm, 0)
      const wettest = days.reduce((most, day) => (day.mm > most.mm ? day : most))
      return { station, month, days: days.length, total_mm: round(total, 1), mean_mm: round(total / days.length, 2), wettest: wettest.date }
    })
    .sort((a, b) => a.station.localeCompare(b.station) || a.month.localeCompare(b.month))
}
