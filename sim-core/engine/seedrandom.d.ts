declare module 'seedrandom/lib/alea.js' {
  const alea: (seed: string) => { int32(): number };
  export default alea;
}
