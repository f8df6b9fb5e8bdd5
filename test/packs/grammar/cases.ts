type Params = Readonly<Record<string, string | null>>;

/** A format that is refused, with Python's words for it. */
export interface Invalid {
  readonly problem: string;
}

/** A format, a message, and what Python 3.11 makes of the two: the parameters, or why there are none. */
export type GrammarCase = readonly [
  format: string,
  message: string,
  expected: Params | 'no-match' | 'no-value' | Invalid,
];

function invalid(problem: string): Invalid {
  return { problem };
}

const greet = 'greet {{ who }}';
const deploy = 'pack deploy {{repo_name}} {{packs}} {{branch=master}}';
const fixes = '(?:\\b|^)fixes (?P<key>[A-Z]+-\\d+)(?:\\b|$)';

/** The cases, by the rule of the grammar that they show. */
export const cases: Readonly<Record<string, readonly GrammarCase[]>> = {
  'rule 1: trailing key=value pairs': [
    [greet, 'greet bob loud=yes', { who: 'bob', loud: 'yes' }],
    [greet, 'greet who=bob', 'no-match'],
    [greet, 'greet bob who=ann', { who: 'ann' }],
    ['{{ text }}', 'greet a=1 bob', { text: 'greet a=1 bob' }],
    [greet, 'greet bob note="two words" force=true', { who: 'bob', note: 'two words', force: 'true' }],
    [greet, "greet bob note='it is so'", { who: 'bob', note: 'it is so' }],
    [greet, 'greet bob j={"k": "v w"}', { who: 'bob', j: '{"k": "v w"}' }],
    [greet, 'greet bob a=\'\' b=""', { who: 'bob', a: '', b: '' }],
    [greet, 'greet bob url=http://h/p?q=1&r=2', { who: 'bob', url: 'http://h/p?q=1&r=2' }],
    [greet, 'greet bob url = http://h', { who: 'bob url = http://h' }],
    [greet, 'greet bob key =value', { who: 'bob', key: 'value' }],
    [greet, 'greet bob a=1\nb=2', { who: 'bob', a: '1', b: '2' }],
    [greet, 'greet bob note="over\ntwo lines"', { who: 'bob', note: 'over\ntwo lines' }],
    [greet, 'greet bob a=1 a=2', { who: 'bob', a: '2' }],
    [greet, 'greet bob a=b=c', { who: 'bob', a: 'b=c' }],
    [greet, 'greet bob =x', 'no-match'],
    [greet, 'greet bob ==x', 'no-match'],
    [greet, 'greet bob a="unclosed', { who: 'bob', a: '"unclosed' }],
    [greet, 'greet bob a="b"c d=1', { who: 'bob', a: 'b', d: '1' }],
    [greet, 'greet al a=1 bo a=1', { who: 'al bo', a: '1' }],
    ['', 'a=1', { a: '1' }],
    [greet, 'a=1', 'no-match'],
    ['deploy', 'deploy\u00a0a=1', { a: '1' }],
    [greet, 'greet bob __proto__=x', { who: 'bob', ['__proto__']: 'x' }],
  ],
  'rule 2: everything outside {{ }} is pattern text': [
    ['(show|sh) log', 'sh log', {}],
    ['(show|sh) log', 's log', 'no-match'],
    ['add {{x}}[!.]*', 'add beans!!!', { x: 'beans' }],
    ['say hello(?: now)?', 'say hello now', {}],
    ['say hello(?: now)?', '  say hello  ', {}],
    ['v1.0', 'v1x0', {}],
    ['v1\\.0', 'v1x0', 'no-match'],
    ['pick \\d+', 'pick ١٢', {}],
    ['pick \\w+', 'pick näme', {}],
    ['fix (?P<issue>[A-Z]+-\\d+)', 'fix AB-12', { issue: 'AB-12' }],
    ['(?i:deploy) {{x}}', 'DePLOY Beans', { x: 'Beans' }],
    ['a{2}b', 'aab', {}],
    ['{x}', '{x}', {}],
    ['say (?#a remark)yes', 'say yes', {}],
    ['(\\w+) is \\1', 'tea is tea', {}],
    ['(\\w+) is \\1', 'tea is tee', 'no-match'],
  ],
  'rule 3: required and optional parameters': [
    [deploy, 'pack deploy R P', { repo_name: 'R', packs: 'P', branch: 'master' }],
    [deploy, 'pack deploy R P dev', { repo_name: 'R', packs: 'P', branch: 'dev' }],
    [deploy, 'pack deploy R P feature/ear-wax', { repo_name: 'R', packs: 'P', branch: 'feature/ear-wax' }],
    [deploy, 'pack deploy R', 'no-match'],
    ['{{a}} {{b}}', 'x', 'no-match'],
    ['get {{ n = 10 }}', 'get', { n: '10' }],
    ['get {{ n = 10 }}', 'get ', { n: ' ' }],
    ['get {{n="ten or so"}}', 'get', { n: 'ten or so' }],
    ["get {{n='ten'}}", 'get', { n: 'ten' }],
    ['get {{n={"a": 1}}}', 'get', { n: '{"a": 1}' }],
    ['get {{n=[1,2]}}', 'get', { n: '[1,2]' }],
    ['get {{ n = a = b }}', 'get', { n: 'a = b' }],
    ['get {{n=""}} now', 'get now', { n: '' }],
    ['st2 list {{ limit=10 }} rules', 'st2 list rules', { limit: '10' }],
    ['st2 list {{ limit=10 }} rules', 'st2 list 5 rules', { limit: '5' }],
    ['run {{cmd}}( on {{hosts=localhost}})?', 'run date', { cmd: 'date', hosts: 'localhost' }],
    ['run {{cmd}}( on {{hosts}})?', 'run date', { cmd: 'date', hosts: null }],
    ['run {{cmd}}( on {{hosts}})?', 'run date on h1', { cmd: 'date', hosts: 'h1' }],
    ['{{a}}{{b}}', 'xyz', { a: 'x', b: 'yz' }],
    ['{{ a b }}', 'x', 'no-match'],
    ['{{ 1st }}', 'x', invalid("bad character in group name '1st' at position 10")],
    ['{{a}} {{a}}', 'x y', invalid("redefinition of group name 'a' as group 2; was group 1 at position 75")],
    ['{{a-b}}', 'x', invalid("bad character in group name 'a-b' at position 10")],
    ['{{größe}}', 'x', { größe: 'x' }],
    ['get {{}}', 'get {{}}', {}],
    ['{{a}}-{{b=1}}', 'x-y', invalid("bad character in group name 'a}}-{{b' at position 13")],
  ],
  'rule 4: what a value takes': [
    [greet, 'greet "the whole team"', { who: 'the whole team' }],
    [greet, "greet 'the whole team'", { who: 'the whole team' }],
    [greet, 'greet "unpaired', { who: 'unpaired' }],
    [greet, 'greet unpaired"', { who: 'unpaired' }],
    [greet, "greet it's", { who: "it's" }],
    [greet, 'greet {"a": {"b": 1}}', { who: '{"a": {"b": 1}}' }],
    ['set {{a}} {{b}}', 'set one two three', { a: 'one', b: 'two three' }],
    ['set {{a}} {{b}}', 'set "one two" three', { a: 'one two', b: 'three' }],
    ['set {{a}} {{b}}', 'set {"k": "v w"} three', { a: '{"k": "v w"}', b: 'three' }],
    [greet, 'greet   al', { who: '  al' }],
    [greet, 'greet al  ', { who: 'al' }],
    [greet, 'greet', 'no-match'],
    ['{{a}} to {{b}}', 'x to y to z', { a: 'x', b: 'y to z' }],
    [greet, 'greet al\nand bo', { who: 'al\nand bo' }],
    [greet, 'greet ünï ✓ 😀', { who: 'ünï ✓ 😀' }],
    [greet, 'greet ""', { who: '"' }],
    ['set {{a}} {{b}}', 'set a, b, c dev', { a: 'a,', b: 'b, c dev' }],
  ],
  'rule 5: anchors, case and lines': [
    ['beans', 'two beans', 'no-match'],
    ['^beans', 'beans today', 'no-match'],
    ['beans$', 'two beans', 'no-match'],
    ['^ beans', 'beans', {}],
    ['(^ a|b)', 'b', {}],
    ['(b|^ a)', 'say b', {}],
    ['a|b', 'xb', {}],
    ['(^ a)|c', 'c d', 'no-match'],
    ['\\A a', 'a b', 'no-match'],
    ['a \\Z', 'b a', 'no-match'],
    [fixes, 'it fixes AB-1, and fixes CD-2', { key: 'AB-1' }],
    ['Beans', 'beans', 'no-match'],
    ['(?i)beans', 'BEANS', invalid('global flags not at the start of the expression at position 4')],
    ['(?i)^ beans$', 'BEANS', 'no-match'],
    ['(?i)^ beans $', 'BEANS', {}],
    ['a.b', 'a\nb', {}],
    ['a(?-s:.)b', 'a\nb', 'no-match'],
  ],
  'rule 6: empty messages': [
    ['', '', {}],
    ['{{ n = 5 }}', '', { n: '5' }],
    ['{{ n = "" }}', '', 'no-value'],
    ['( {{ n }})?', '', 'no-value'],
    ['( {{ n }})?', '  ', 'no-value'],
    ['{{ n = "" }}', 'a=1', { n: '', a: '1' }],
    ['{{ n = "" }}', 'a=', { n: 'a=' }],
    ['{{ n }}', '', { n: ' ' }],
    ['( {{ n }})?', 'a=""', 'no-value'],
  ],
  'formats that are no valid pattern': [
    ['a(b', 'x', invalid('missing ), unterminated subpattern at position 1')],
    ['a)b', 'x', invalid('unbalanced parenthesis at position 1')],
    ['[a', 'x', invalid('unterminated character set at position 0')],
    ['a**', 'x', invalid('multiple repeat at position 2')],
    ['*a', 'x', invalid('nothing to repeat at position 0')],
    ['say \\q', 'x', invalid('bad escape \\q at position 4')],
    ['a{3,1}', 'x', invalid('min repeat greater than max repeat at position 2')],
    [
      '(?P<a>x)(?P<a>y)',
      'x',
      invalid("redefinition of group name 'a' as group 2; was group 1 at position 12"),
    ],
    ['(?P=zz)', 'x', invalid("unknown group name 'zz' at position 4")],
    ['\\1', 'x', invalid('invalid group reference 1 at position 1')],
    ['a(?i)b', 'x', invalid('global flags not at the start of the expression at position 1')],
    ['(?<=a+)b', 'x', invalid('look-behind requires fixed-width pattern')],
    ['a\\', 'x', invalid('bad escape (end of pattern) at position 1')],
    ['[z-a]', 'x', invalid('bad character range z-a at position 1')],
  ],
};

/** Formats that are looked for everywhere in a message. */
export const casesEverywhere: readonly (readonly [string, string, readonly Params[]])[] = [
  [fixes, 'it fixes AB-1, and fixes CD-2', [{ key: 'AB-1' }, { key: 'CD-2' }]],
  [fixes, 'it fixes nothing', []],
  [
    fixes,
    'fixes AB-1 and fixes CD-2 by=ann',
    [
      { key: 'AB-1', by: 'ann' },
      { key: 'CD-2', by: 'ann' },
    ],
  ],
  [greet, 'greet bob', [{ who: 'bob' }]],
];
