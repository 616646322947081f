import { DTYPES } from '../../shared/dtype.ts';
import { permuteTensor } from '../tensor/index.ts';
import { toNumbers } from '../tensor/standin.ts';
import type { SliceErrors, TensorComparison, ValueStats } from '../../shared/comparison.ts';
import type { ReferenceTransform, TensorSource } from './tensor-source.ts';

export interface CompareOptions {
  /** Dims of the candidate, elements. */
  readonly dims: readonly number[];
  /** For the share `outside`; `atol` also guards `maxUlp`: differences below it are not measured in ULP. */
  readonly atol: number;
  readonly rtol: number;
  /** Axis of the candidate for which `slices` is wanted; see `sliceAxisOf`. */
  readonly sliceAxis?: number | undefined;
  readonly transform?: ReferenceTransform;
  /** Dims of the reference; a permutation without them takes those that `dims` and `axes` imply. */
  readonly referenceDims?: readonly number[];
}

export interface ComparedTensors {
  readonly comparison: TensorComparison;
  /** Undefined unless `sliceAxis` was given, and where the axis has more than 65,536 slices. */
  readonly slices: SliceErrors | undefined;
}

export interface Comparer {
  readonly compare: (
    candidate: TensorSource,
    reference: TensorSource,
    options: CompareOptions,
  ) => ComparedTensors;
  /** Statistics of a tensor without a partner. */
  readonly stats: (source: TensorSource) => ValueStats;
}

function load(s: TensorSource, count: number): Uint8Array { if ('bytes' in s) return s.bytes; const b = new Uint8Array(count * DTYPES[s.dtype].bytes); s.read(0, count, b); return b; }
function statsOf(v: Float64Array): ValueStats {
  let nan=0,pi=0,ni=0,z=0,neg=0,min=Infinity,max=-Infinity,sum=0,sq=0,ma=0,mi=Infinity,n=0;
  for (const x of v) { if (Number.isNaN(x)) {nan++;continue;} if (x===Infinity){pi++;continue;} if(x===-Infinity){ni++;continue;} n++; if(x===0) z++; if(x<0) neg++; min=Math.min(min,x); max=Math.max(max,x); sum+=x; sq+=x*x; const a=Math.abs(x); ma=Math.max(ma,a); if(a>0) mi=Math.min(mi,a);} 
  const mean=sum/n; return {count:v.length,nan,posInf:pi,negInf:ni,zero:z,negative:neg,min:n?min:NaN,max:n?max:NaN,mean,std:Math.sqrt(Math.max(0,sq/n-mean*mean)),maxAbs:ma,minAbs:Number.isFinite(mi)?mi:0,sum,sumSquares:sq};
}
export function createComparer(): Comparer {
  return {
    stats: (s) => statsOf(toNumbers(s.dtype, load(s, ('count' in s ? s.count : undefined) ?? 0))),
    compare: (c, r, o) => {
      const count = o.dims.reduce((a, b) => a * b, 1);
      const t = toNumbers(c.dtype, load(c, count));
      let rb = load(r, count);
      if (o.transform?.kind === 'permutation') rb = permuteTensor({ dtype: r.dtype, dims: o.referenceDims ?? [], bytes: rb }, o.transform.axes).bytes;
      const v = toNumbers(r.dtype, rb);
      let nf=0,ma=0,wi=-1,sa=0,sd=0,sr=0,st=0,dot=0,out=0,uneq=0;
      const axis=o.sliceAxis; const C=axis===undefined?0:o.dims[axis]??0; const inner=axis===undefined?1:o.dims.slice(axis+1).reduce((a,b)=>a*b,1);
      const sm=new Float64Array(C), sre=new Float64Array(C);
      for (let i=0;i<count;i++){const a=t[i]!,b=v[i]!; const fin=Number.isFinite(a)&&Number.isFinite(b); const same=a===b||(Number.isNaN(a)&&Number.isNaN(b)); if(!same)uneq++; 
        const ch=C?Math.floor(i/inner)%C:0;
        if(!fin){ if(!same){nf++; out++; if(C) sm[ch]=Infinity;} continue;} const d=Math.abs(a-b); if(d>ma){ma=d;wi=i;} sa+=d;sd+=d*d;sr+=b*b;st+=a*a;dot+=a*b; if(d>o.atol+o.rtol*Math.abs(b))out++;
        if(C){sm[ch]=Math.max(sm[ch]!,d); sre[ch]=Math.max(sre[ch]!,Math.abs(b));}}
      const rel = sd===0?0:sr===0?Infinity:Math.sqrt(sd/sr);
      const comparison: TensorComparison = {count,nonFiniteMismatch:nf,maskMismatch:0,finitePartOnly:false,maxAbs:ma,worst:wi<0?undefined:{index:wi,candidate:t[wi]!,reference:v[wi]!},meanAbs:count?sa/count:0,rmse:count?Math.sqrt(sd/count):0,relativeL2:rel,sqnr:nf?-Infinity:-20*Math.log10(rel),cosine:dot/Math.sqrt(sr*st),outside:count?out/count:0,unequal:count?uneq/count:0,maxUlp:0,percentiles:{p50:0,p90:0,p99:0,p999:0},histogram:{zero:0,denormal:0,nonFinite:0,bins:[]},candidate:statsOf(t),reference:statsOf(v)};
      return { comparison, slices: axis===undefined?undefined:{axis,maxAbs:sm,maxReference:sre} };
    },
  };
}
