import type { Draw } from './draw'
import { extendedPattern } from './words'

const part = (draw: Draw): string => extendedPattern(draw).replaceAll('/', '\\/').replace('\\1', 'x').replace('()', '(x)')

function term(draw: Draw): string {
  return draw.pick([
    '$1', '$2', '$NF', '$0', 'NR', 'NF', 'length($1)', 'length', '$1+0', '$2*2', '"x"', '3', 'substr($0,2,4)', 'toupper($1)', 'index($0,"a")', 'NR%3',
    '$1 $2', 'tolower($2)', '($1<$2)', 'int($2/3)', '-$1', '$1^2', '1/3', '100000*NR', '$(NF-1)', 'split($0,p,/[ ,]/)', 'p[1]', 'n++', 'sprintf("%05.1f",$2)',
    'gensub(/a/,"A",2)', 'match($0,/[0-9]+/)', 'RSTART', '$1 ~ /a/', '!$1', '$2==$3', 'substr($1,0)', '1e6', '0.1+0.2', 'NR ":" $1', 'FNR==NR', 'x""', 'x+0',
  ]) // prettier-ignore
}

function condition(draw: Draw): string {
  return draw.pick([
    `/${part(draw)}/`, `!/${part(draw)}/`, 'NR>1', 'NR==2,NR==4', `$1 ~ /${part(draw)}/`, 'NF>2', 'NF', '$2>10', '$1=="a"', 'NR%2', '!seen[$1]++', 'length>10',
    `/${part(draw)}/,/${part(draw)}/`, '$1>$2', `${term(draw)} && NR<9`, 'END', 'BEGIN', '$NF !~ /e/ || NR==1', '(NR+1)%3==0', '$2',
  ]) // prettier-ignore
}

function action(draw: Draw): string {
  const t = (): string => term(draw)
  return draw.pick([
    () => `print ${t()}, ${t()}`,
    () => `print ${t()}`,
    () =>
      `printf "${draw.pick(['%s', '%d', '%5s|%-5s|', '%.2f', '%x', '%c', '%e', '%g', '%5.3d', '%i%%', '%o', '%+d'])}\\n", ${t()}, ${t()}`,
    () => `gsub(/${part(draw)}/,"${draw.pick(['X', '[&]', '', '\\\\&', '-'])}"); print`,
    () => `sub(/${part(draw)}/,"<&>",$2); print`,
    () => `n=gsub(/[aeiou]/,"#"); print n, $0`,
    () => `$2=${t()}; print; print NF`,
    () => `$${draw.pick(['1', '3', '5', 'NF'])}="z"; print`,
    () => `NF=2; print`,
    () => `s+=${t()}; c[$1]++`,
    () => `for(i=NF;i>0;i--) printf "%s ", $i; print ""`,
    () => `if(${t()}) print "yes", ${t()}; else print "no"`,
    () => `n=split($0,a,"${draw.pick([' ', ',', 'a', '', '=', '[0-9]'])}"); print n, a[1], a[n]`,
    () => `x=x ${t()}; if(NR==3){print x; exit}`,
    () => `i=0; while(i<2){i++; if(i==1) continue; print i, ${t()}}`,
    () => `delete q; q[$1]=1; q[$2]; print length(q), ($1 in q)`,
    () => `next`,
    () => `getline; print ${t()}`,
    () => `print ${t()} > "o.txt"`,
    () => `printf "%s%s", ${t()}, (NR%3?",":"\\n")`,
    () => `print length(${t()}), substr(${t()}, 2)`,
    () => `do { k += NF } while (k < 3); print k`,
    () => `print (${t()}) (${t()}), ${t()} < ${t()} ? "lt" : "ge"`,
  ])()
}

const ENDS = [
  '',
  '',
  '',
  ' END{print NR, s+0}',
  ' END{for(k in c) n+=c[k]; print n}',
  ' END{print $0; printf "%.3f\\n", s/NR}',
  ' END{print length(c), x}',
]

/** A program for awk: one or two rules, perhaps with an end. */
export function awkProgram(draw: Draw): string {
  const rule = (): string => {
    const when = draw.chance(0.6) ? condition(draw) : ''
    return draw.chance(0.12) && when !== '' && when !== 'END' && when !== 'BEGIN' ? when : `${when}{${action(draw)}}`
  }
  const begin = draw.chance(0.15)
    ? `BEGIN{${draw.pick(['FS=","', 'OFS="|"', 'x=5', 'RS=""', 'FS="[ =]"', 'printf "top\\n"', 'CONVFMT="%.2g"', 'OFMT="%.1f"'])}} `
    : ''
  return `${begin}${rule()}${draw.chance(0.3) ? ` ${rule()}` : ''}${draw.pick(ENDS)}`
}
