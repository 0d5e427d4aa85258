import type { ReactNode } from 'react'

/** The sign of the house: a tab cut like a dovetail, the joint that holds without glue. */
export function Mark({ size }: { readonly size: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden focusable="false">
      <path d="M2 20V8.5L9 8.5L7 3H17L15 8.5L22 8.5V20Z" fill="var(--accent)" />
      <path d="M2 15.5H22" stroke="var(--bg)" strokeWidth="1.6" />
    </svg>
  )
}
